"""A believable bike shop with two stores, to click through; it answers nobody and nothing leaves it."""
