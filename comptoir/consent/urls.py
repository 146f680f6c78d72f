from django.urls import path

from .views import departures, mending

app_name = "consent"

urlpatterns = [
    path("mending/", mending.show, name="mending"),
    path("mending/departures/", departures.index, name="departures"),
    path("mending/departures/<int:pk>/", departures.show, name="departure"),
    path("mending/departures/<int:pk>/sending/", departures.send_again, name="departure-sending"),
    path("mending/departures/<int:pk>/removal/", departures.take_back, name="departure-removal"),
    path("mending/departures/<int:pk>/dismissal/", departures.dismiss, name="departure-dismissal"),
]
