import statsig_pulumi as statsig

statsig.ProjectReviewSettings(
    "reviews", is_config_review_required=True, is_metric_review_required=False
)
