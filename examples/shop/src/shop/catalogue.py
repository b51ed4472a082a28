"""What the shop sells."""

from __future__ import annotations

from pydantic import BaseModel


class Product(BaseModel):
    """One thing on a shelf."""

    id: int
    name: str
    price_cents: int
    colour: tuple[int, int, int]


PRODUCTS = {
    product.id: product
    for product in (
        Product(id=1, name="Flour, stone-ground, 1 kg", price_cents=420, colour=(222, 205, 170)),
        Product(id=2, name="Rye, whole, 1 kg", price_cents=390, colour=(150, 118, 84)),
        Product(id=3, name="Oats, rolled, 500 g", price_cents=260, colour=(233, 216, 186)),
        Product(id=4, name="Spelt, 1 kg", price_cents=510, colour=(196, 160, 112)),
        Product(id=5, name="Millstone, small", price_cents=8900, colour=(120, 124, 128)),
    )
}
