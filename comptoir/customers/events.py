"""What the address book tells the floors above."""

from comptoir.ground.events import Announcement

# Something about a person changed: name, handle, what matters to them. (customer)
customer_changed = Announcement("customer_changed")

# Two records became one; every row that pointed to `absorbed` now points to the subject. (customer, absorbed, by)
customers_merged = Announcement("customers_merged", live=False)

# They are two again. (customer, absorbed, by)
customers_parted = Announcement("customers_parted", live=False)
