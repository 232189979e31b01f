"""A proof that one event stands in the ledger, checkable with OpenSSL and a shell alone."""

from pathlib import Path

from ..trust.keys import ledger_key
from ..trust.sm2 import SIGNER_ID
from .canonical import canonical
from .chain import body
from .checkpoints import head
from .merkle import inclusion
from .models import Checkpoint, Event, LogEntry

SCRIPT = """#!/bin/sh
# Checks that event.json stands in the ledger whose signed head is checkpoint.json.
# Needs a POSIX shell and OpenSSL 3 with SM2 and SM3; trusts nothing else. Compare public.pem
# with the key that the district has published.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sm3() { openssl dgst -sm3 -binary; }
sm3 < event.json > "$work/event"
{ printf '\\000'; cat "$work/event"; } | sm3 > "$work/node"
while read -r side file; do
  if [ "$side" = left ]; then set -- "$file" "$work/node"; else set -- "$work/node" "$file"; fi
  { printf '\\001'; cat "$1" "$2"; } | sm3 > "$work/next"
  mv "$work/next" "$work/node"
done < path
root=$(od -An -v -tx1 "$work/node" | tr -d ' \\n')
grep -q "\\"root\\":\\"$root\\"" checkpoint.json || {
  echo "the event is not in this ledger"
  exit 1
}
openssl dgst -sm3 -verify public.pem -sigopt distid:@ID@ -signature checkpoint.sig checkpoint.json
echo "the event stands in the ledger: root $root"
"""


class NotLogged(LookupError):
    """The event is not covered by a checkpoint yet."""


def prove(event: Event, folder: Path) -> Checkpoint:
    """Write event, path, checkpoint, signature, key and the script that checks them."""
    entry = LogEntry.objects.filter(event=event).first()
    checkpoint = Checkpoint.objects.order_by("size").last()
    if entry is None or checkpoint is None:
        raise NotLogged("该事件尚未进入检查点，请一分钟后再试")
    hashes = LogEntry.objects.filter(index__lt=checkpoint.size).order_by("index")
    path = inclusion(entry.index, [bytes(h) for h in hashes.values_list("event__hash", flat=True)])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.json").write_bytes(canonical(body(event.matter.number, event)))
    lines = []
    for place, (side, sibling) in enumerate(path):
        name = f"{place:02d}.bin"
        (folder / name).write_bytes(sibling)
        lines.append(f"{side} {name}\n")
    (folder / "path").write_text("".join(lines))
    (folder / "checkpoint.json").write_bytes(head(checkpoint))
    (folder / "checkpoint.sig").write_bytes(bytes(checkpoint.signature))
    (folder / "public.pem").write_text(ledger_key().public.pem)
    script = folder / "check.sh"
    script.write_text(SCRIPT.replace("@ID@", SIGNER_ID.decode()))
    script.chmod(0o755)
    return checkpoint
