"""Django set up, the same for pages, worker and commands."""

import gc
import os

import django


def set_up() -> None:
    """All of the platform is loaded, and what is loaded stays for good: the collector, which would
    look through it again and again meanwhile, takes a sixth of the time and finds nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()
