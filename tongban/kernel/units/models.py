"""The register of units and places: one, for every system of the district."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A body that serves: department, town, hall, hotline, or the district itself."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区")
        DEPARTMENT = "department", _("部门")
        TOWN = "town", _("镇街")
        HALL = "hall", _("大厅")
        HOTLINE = "hotline", _("热线")

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)  # WGS-84 degrees
    longitude = models.FloatField(_("经度"), null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.short_name


class Village(models.Model):
    """An administrative village or a community, under its town."""

    class Kind(models.TextChoices):
        VILLAGE = "administrative_village", _("行政村")
        COMMUNITY = "community", _("社区")

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=24, choices=Kind)
    town = models.ForeignKey(Unit, models.PROTECT, related_name="villages")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
