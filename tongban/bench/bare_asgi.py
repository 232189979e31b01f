"""The bare views behind the same bridge as the product's pages."""

import os

from tongban.config.bridge import bridged

os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.bench.bare"

from django.core.wsgi import get_wsgi_application

application = bridged(get_wsgi_application(), int(os.environ.get("TONGBAN_PAGE_THREADS", "2")))
