"""`tongban manage …`: Django's own commands against the running installation."""

import argparse

from django.core.management import execute_from_command_line


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(chosen: argparse.Namespace) -> int:
    execute_from_command_line(["tongban manage", *chosen.arguments])
    return 0
