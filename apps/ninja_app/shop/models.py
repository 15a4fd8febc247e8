"""The shop's one table, which exists already and is never migrated."""

from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    price_cents = models.IntegerField()
    in_stock = models.BooleanField()

    class Meta:
        managed = False
        db_table = "item"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/catalog/{self.pk}"

    @property
    def price(self):
        """The price as pages write it: 1234 cents are 12.34."""
        return f"{self.price_cents // 100}.{self.price_cents % 100:02}"
