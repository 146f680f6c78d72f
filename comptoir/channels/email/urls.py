"""The pages of mailboxes, under the settings."""

from django.urls import include, path

from .views import connecting, mailboxes, signing_in

pages = [
    path("", mailboxes.index, name="mailboxes"),
    path("new/", connecting.address, name="new"),
    path("connection/", connecting.connect, name="connect"),
    path("direct/", mailboxes.direct, name="direct"),
    path("sign-in/back/", signing_in.back, name="sign-in-back"),
    path("sign-in/<str:auth>/", signing_in.start, name="sign-in"),
    path("sign-in/<str:auth>/registration/", signing_in.register, name="registration"),
    path("<int:pk>/", mailboxes.show, name="mailbox"),
    path("<int:pk>/settings/", mailboxes.edit, name="edit"),
    path("<int:pk>/folders/", mailboxes.folders, name="folders"),
    path("<int:pk>/pause/", mailboxes.pause, name="pause"),
    path("<int:pk>/pause/end/", mailboxes.resume, name="resume"),
    path("<int:pk>/reconciliation/", mailboxes.reconcile, name="reconcile"),
    path("<int:pk>/disconnection/", mailboxes.disconnect, name="disconnect"),
]

urlpatterns = [path("settings/mailboxes/", include((pages, "email")))]
