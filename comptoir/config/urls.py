"""Where every page lives; each app lists its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("comptoir.conversations.urls")),
    path("", include("comptoir.consent.urls")),
    path("", include("comptoir.customers.urls")),
    path("", include("comptoir.channels.urls")),
    path("", include("comptoir.channels.email.urls")),
    path("", include("comptoir.team.urls")),
    path("", include("comptoir.ui.urls")),
]
