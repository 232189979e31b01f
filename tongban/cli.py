"""The command `tongban`: one table of commands, each in the module of the part it belongs to.

A command's module has `configure(parser)` and `run(chosen)`; it may import Django models when
the table says that it works on the database.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tongban import __version__
from tongban.config.set_up import set_up
from tongban.runtime.environment import database
from tongban.runtime.folder import StartError

PLAIN, ON_DATABASE = False, True
COMMANDS = {
    "up": ("tongban.runtime.up", PLAIN, "start everything on one address"),
    "doctor": ("tongban.runtime.doctor", PLAIN, "check this machine and say how to mend it"),
    "manage": ("tongban.runtime.manage", ON_DATABASE, "run one of Django's own commands"),
    "clock": ("tongban.kernel.clock.command", PLAIN, "working days: add, between, explain"),
    "demo": ("tongban.demo.command", ON_DATABASE, "load the reference district, sign in to it"),
    "account": ("tongban.kernel.people.staff", ON_DATABASE, "staff accounts, posts, second factor"),
    "api-key": ("tongban.kernel.people.command", ON_DATABASE, "keys of other systems"),
    "import": (
        "tongban.services.catalogue.import_command",
        ON_DATABASE,
        "items, materials, situations from Excel or CSV",
    ),
    "search": (
        "tongban.services.catalogue.searching_command",
        ON_DATABASE,
        "find items by the words people use",
    ),
    "procedures": (
        "tongban.kernel.screens.command",
        ON_DATABASE,
        "print every procedure; move matters to a new version",
    ),
    "mirror": (
        "tongban.services.portal.mirror",
        ON_DATABASE,
        "all guides, themes and power lists as files",
    ),
    "bench": ("tongban.bench.command", PLAIN, "measure against raw limits"),
    "export": (
        "tongban.kernel.procedures.exporting",
        ON_DATABASE,
        "events of matters, for the outside replay",
    ),
    "ledger": ("tongban.kernel.ledger.command", ON_DATABASE, "verify the ledger, prove an event"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _prepared(words):
            chosen = _parser(words).parse_args(words)
            return int(chosen.run(chosen) or 0)
    except StartError as error:
        print(f"tongban: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban", description="Tongban 通办")
    parser.add_argument("--version", action="version", version=f"tongban {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, _, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name in words[:1]:
            part = importlib.import_module(module)
            part.configure(command)
            command.set_defaults(run=part.run)
    return parser


@contextmanager
def _prepared(words: list[str]) -> Iterator[None]:
    """A running database and a configured Django for the commands that need them."""
    _, on_database, _ = COMMANDS.get(words[0], ("", PLAIN, "")) if words else ("", PLAIN, "")
    if not on_database:
        yield
    elif {"-h", "--help"} & set(words):
        os.environ.setdefault("TONGBAN_SECRET_KEY", "help")
        set_up()
        yield
    else:
        with database():
            yield


if __name__ == "__main__":
    sys.exit(main())
