"""The pages, as WSGI."""

from django.core.wsgi import get_wsgi_application

from .set_up import set_up

set_up()
application = get_wsgi_application()
