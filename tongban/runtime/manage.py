"""`tongban manage …`: Django's own commands against the running installation."""

import argparse

from .environment import database


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(chosen: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    with database():
        execute_from_command_line(["tongban manage", *chosen.arguments])
    return 0
