# Called by Cloud Scheduler alone, where the operator asks for it: finds networks
# whose codes are never used and writes expiring rules for them.

resource "google_service_account" "watch" {
  count = local._watch_count

  account_id   = "${local._name}-watch"
  display_name = "Runs the function watch of ${local._name}"

  depends_on = [google_project_service.this]
}

# It writes rules: into this database alone.
resource "google_project_iam_member" "watch_database" {
  count = local._watch_count

  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.watch[0].member

  condition {
    title      = "only ${google_firestore_database.this.name}"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.this.name}\""
  }
}

resource "google_secret_manager_secret_iam_member" "watch" {
  for_each = var.watch_enabled ? local.watch_secrets : {}

  secret_id = "projects/${var.project_id}/secrets/${local._secret_ids[each.value]}"
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.watch[0].member

  depends_on = [google_project_service.this]
}

resource "google_cloudfunctions2_function" "watch" {
  count = local._watch_count

  name        = "${local._name}-watch"
  location    = var.region
  description = "Adds expiring rules for networks whose codes are never used"

  build_config {
    runtime           = var.runtime
    entry_point       = "watch"
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.images.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.watch[0].email
    available_cpu                    = "1"
    available_memory                 = "512Mi"
    max_instance_request_concurrency = 1
    min_instance_count               = 0
    # One run at a time.
    max_instance_count = 1
    # The function gives up after WATCH_DEADLINE_MS.
    timeout_seconds = 120
    # Cloud Scheduler in the same project counts as internal.
    ingress_settings               = "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision = true

    environment_variables = merge(
      var.watch_settings,
      {
        FIRESTORE_DATABASE        = google_firestore_database.this.name
        GOOGLE_CLOUD_PROJECT      = var.project_id
        NODE_ENV                  = "production"
        TWILIO_ACCOUNT_SID        = var.twilio.account_sid
        TWILIO_API_KEY_SID        = var.twilio.watch_api_key_sid
        TWILIO_VERIFY_SERVICE_SID = var.twilio.verify_service_sid
      },
      {
        for name, secret in local.watch_secrets :
        "${name}_FILE" => "${local._secret_path}/${secret}/value"
      },
    )

    dynamic "secret_volumes" {
      for_each = local.watch_secrets

      content {
        mount_path = "${local._secret_path}/${secret_volumes.value}"
        project_id = var.project_id
        secret     = local._secret_ids[secret_volumes.value]

        versions {
          path    = "value"
          version = var.twilio.watch_api_key_secret_version
        }
      }
    }
  }

  # The deploy itself reads every secret as the function would.
  depends_on = [
    google_secret_manager_secret_version.this,
    time_sleep.grants,
  ]
}

# Who may call it: this identity and nobody else.
resource "google_service_account" "watch_caller" {
  count = local._watch_count

  account_id   = "${local._name}-watch-caller"
  display_name = "Calls the function watch of ${local._name}"

  depends_on = [google_project_service.this]
}

resource "google_cloud_run_v2_service_iam_member" "watch_caller" {
  count = local._watch_count

  name     = google_cloudfunctions2_function.watch[0].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.watch_caller[0].member

  # As for the gateway.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.watch[0].id]
  }
}

resource "google_cloud_scheduler_job" "watch" {
  count = local._watch_count

  name        = "${local._name}-watch"
  region      = var.region
  description = "Runs the function watch of ${local._name}"
  schedule    = "*/${local._watch_interval} * * * *"
  time_zone   = "Etc/UTC"
  # Longer than the function may take.
  attempt_deadline = "180s"

  retry_config {
    retry_count          = 1
    min_backoff_duration = "30s"
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.watch[0].service_config[0].uri}/"

    oidc_token {
      service_account_email = google_service_account.watch_caller[0].email
      audience              = google_cloudfunctions2_function.watch[0].service_config[0].uri
    }
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.watch_caller,
    google_project_service.this,
  ]
}

locals {
  _watch_count = var.watch_enabled ? 1 : 0
  # In minutes.
  _watch_interval = tonumber(lookup(var.watch_settings, "WATCH_INTERVAL_MINUTES", "5"))
}
