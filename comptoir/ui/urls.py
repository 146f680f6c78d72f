from django.urls import path

from . import views

app_name = "ui"

urlpatterns = [
    path("assets/<str:name>", views.asset, name="asset"),
    path("favicon.svg", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("ui/", views.styleguide, name="styleguide"),
    path("ui/toast/", views.styleguide_toast, name="styleguide-toast"),
]
