"""What a post may be (design §7). Rights come from posts: (person, unit, role, from, to)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CLERK = "clerk", _("窗口人员")
    APPROVER = "approver", _("审批人")
    UNIT_ADMIN = "unit_admin", _("单位管理员")
    TOWN_CLERK = "town_clerk", _("镇街经办人")
    HOTLINE_AGENT = "hotline_agent", _("热线话务员")
    ANALYST = "analyst", _("流调分析员")
    DATA_OFFICER = "data_officer", _("首席数据官")
    OPERATOR = "operator", _("政数局")
    LEADER = "leader", _("领导")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


THREE_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员分立：one person never holds two of these, nor one of them beside another role."""
