"""What is shown of a person by default (GB/T 35273 appendix: de-identified display).

The last four digits of an ID number stay hidden: together with a case number they open the
applicant's query page.
"""


def mask_name(name: str) -> str:
    """张三 → 张*, 李小明 → 李*明, 欧阳小明 → 欧**明."""
    if len(name) < 2:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """440801199001011234 → 4408**************: the region alone."""
    return number[:4] + "*" * (len(number) - 4)


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)


def mask_email(address: str) -> str:
    """li.xiaoming@example.com → l***@example.com."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else ""
