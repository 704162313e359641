"""The API described: OpenAPI, and a page to browse it."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from escalations.api import schema as _schema  # noqa: F401  registers how tokens are described

# The viewer's own page holds one <style> and data: pictures. No script runs inline, and no case content is here.
RELAXED = {"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}


class SchemaView(SpectacularAPIView):
    """The schema; it says nothing of any client, so anybody may read it."""

    authentication_classes = ()
    permission_classes = ()


@method_decorator(csp_update(RELAXED), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The browsable page; its script comes from us, not from a CDN."""

    url_name = "api:schema"
    authentication_classes = ()
    permission_classes = ()
