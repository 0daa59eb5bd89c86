-- What was known of each customer on each day.
SELECT
    user_id,
    country,
    plan,
    day
FROM shop.customer_history
