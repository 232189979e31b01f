"""Files by content: one row and one stored copy for one content, whoever uploads it."""

from django.db import models

from ..people.models import Account


class StoredFile(models.Model):
    """digest: SHA-256 in hex, also the place of the content below the files folder."""

    digest = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=80)
    stored_at = models.DateTimeField(auto_now_add=True)


class Upload(models.Model):
    """Who handed in a file, under which name. Until a step uses it, only they may read it."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="uploads")
    account = models.ForeignKey(Account, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
