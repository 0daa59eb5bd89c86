-- One row for each time that somebody was shown a group of an experiment.
SELECT
    user_id,
    company_id,
    experiment,
    variant,
    exposed_at
FROM shop.experiment_exposures
WHERE is_bot = FALSE
