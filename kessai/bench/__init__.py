"""`kessai bench`: the goals of goals.md as ratios against baselines measured in the same run; one file a measure."""
