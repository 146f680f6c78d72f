from django.urls import path

from .views import receipts

app_name = "channels"

urlpatterns = [
    path("mending/receipts/", receipts.index, name="receipts"),
    path("mending/receipts/<int:pk>/", receipts.show, name="receipt"),
    path("mending/receipts/<int:pk>/source/", receipts.source, name="receipt-source"),
    path("mending/receipts/<int:pk>/retry/", receipts.retry, name="receipt-retry"),
    path("mending/receipts/<int:pk>/dismissal/", receipts.dismiss, name="receipt-dismissal"),
]
