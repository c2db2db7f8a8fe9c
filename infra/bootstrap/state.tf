locals {
  _name = "${var.prefix}-${var.environment}"
}

# Both roots keep their state here. Google deletes no bucket that holds objects,
# and force_destroy stays off, so a destroy cannot take the states with it.
resource "google_storage_bucket" "state" {
  name     = "${var.project_id}-${local._name}-tfstate"
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }
  # Old states are small; fifty of them are more than anybody went back.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions         = 50
      days_since_noncurrent_time = 90
    }
  }

  # It stays where it is when the functions move to another region.
  lifecycle {
    ignore_changes = [location]
  }

  depends_on = [google_project_service.this]
}
