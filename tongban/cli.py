"""The command `tongban`: one table of commands, each in the module of the part it belongs to."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from tongban import __version__
from tongban.runtime.folder import StartError

COMMANDS = {
    "up": ("tongban.runtime.up", "start everything on one address"),
    "doctor": ("tongban.runtime.doctor", "check this machine and say how to mend it"),
    "manage": ("tongban.runtime.manage", "run one of Django's own commands"),
    "clock": ("tongban.kernel.clock.command", "working days: add, between, explain"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tongban", description="Tongban 通办")
    parser.add_argument("--version", action="version", version=f"tongban {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name in words[:1]:
            part = importlib.import_module(module)
            part.configure(command)
            command.set_defaults(run=part.run)
    chosen = parser.parse_args(words)
    try:
        return int(chosen.run(chosen) or 0)
    except StartError as error:
        print(f"tongban: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
