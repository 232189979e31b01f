"""The pages, as WSGI."""

from django.core.handlers.wsgi import WSGIHandler

from .set_up import set_up

set_up()
application = WSGIHandler()
