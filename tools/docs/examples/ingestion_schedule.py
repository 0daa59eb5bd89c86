import statsig_pulumi as statsig

statsig.IngestionSchedule("nightly", dataset="Events", scheduled_hour_pst=2)
