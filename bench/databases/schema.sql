CREATE TABLE item (
    id          INTEGER PRIMARY KEY,
    name        VARCHAR(100) NOT NULL,
    description VARCHAR(500) NOT NULL,
    price_cents INTEGER NOT NULL,
    in_stock    BOOLEAN NOT NULL
);
