-- Purchases count when they are paid, and not when they are taken back.
SELECT
    user_id,
    company_id,
    amount,
    vat,
    paid_at
FROM shop.purchases
WHERE paid_at IS NOT NULL
  AND refunded_at IS NULL
