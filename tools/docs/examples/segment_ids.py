import statsig_pulumi as statsig

vip = statsig.Segment("vip", name="VIP users", type="id_list", id_type="userID")

statsig.SegmentIDs("vip-ids", segment_id=vip.id, ids=["user-1", "user-2"])
