"""Searches that found nothing: what the bureau reads to add synonyms."""

from datetime import datetime

from django.db import connection

REMEMBER = """
insert into catalogue_failedsearch (words, times, last_at) values (%s, 1, %s)
on conflict (words) do update
  set times = catalogue_failedsearch.times + 1, last_at = excluded.last_at
"""
DIGITS_OF_AN_ID = 8


def remember(words: str, at: datetime) -> None:
    """Count the words once more; nothing that looks like somebody's number is kept."""
    if sum(character.isdigit() for character in words) >= DIGITS_OF_AN_ID:
        return
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [words, at])
