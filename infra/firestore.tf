# What operators edit: the rules and the settings. Terraform makes the place and
# never the documents, or what an operator deletes would come back.

resource "google_firestore_database" "this" {
  name        = local._name
  location_id = coalesce(var.database_location, var.region)
  type        = "FIRESTORE_NATIVE"

  delete_protection_state = (
    local._protect_data
    ? "DELETE_PROTECTION_ENABLED"
    : "DELETE_PROTECTION_DISABLED"
  )
  deletion_policy = local._protect_data ? "ABANDON" : "DELETE"
  point_in_time_recovery_enablement = (
    local._protect_data
    ? "POINT_IN_TIME_RECOVERY_ENABLED"
    : "POINT_IN_TIME_RECOVERY_DISABLED"
  )

  # A database cannot move: functions that do leave it, and the rules in it,
  # where it is.
  lifecycle {
    ignore_changes = [location_id]
  }

  depends_on = [google_project_service.this]
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.this.name
  retention = "604800s"

  daily_recurrence {}
}

# Deletion comes a day late or so: the gateway itself checks the time.
resource "google_firestore_field" "expires_at" {
  database   = google_firestore_database.this.name
  collection = "blocklist"
  field      = "expiresAt"

  ttl_config {}
}

# Free text that nobody queries.
resource "google_firestore_field" "reason" {
  database   = google_firestore_database.this.name
  collection = "blocklist"
  field      = "reason"

  index_config {}
}
