from django.urls import path

from .views import handles, matters, mergers, people

app_name = "customers"

urlpatterns = [
    path("customers/", people.index, name="list"),
    path("customers/new/", people.new, name="new"),
    path("customers/<int:pk>/", people.show, name="person"),
    path("customers/<int:pk>/edit/", people.edit, name="edit"),
    path("customers/<int:pk>/handles/", handles.add, name="handles"),
    path("customers/<int:pk>/handles/<int:handle>/removal/", handles.remove, name="handle-removal"),
    path("customers/<int:pk>/handles/undo/", handles.give_back, name="handle-undo"),
    path("customers/<int:pk>/matters/", matters.show, name="matters"),
    path("customers/<int:pk>/matters/new/", matters.add, name="matter-new"),
    path("customers/<int:pk>/matters/undo/", matters.give_back, name="matter-undo"),
    path("customers/<int:pk>/matters/<int:matter>/", matters.edit, name="matter"),
    path("customers/<int:pk>/matters/<int:matter>/removal/", matters.remove, name="matter-removal"),
    path("customers/<int:pk>/merger/", mergers.merge, name="merger"),
    path("mergers/<int:pk>/undo/", mergers.undo, name="merger-undo"),
]
