# Called by Auth0 with what happened in the tenant.

# It has no role but that of reading its own secrets.
resource "google_service_account" "log_stream" {
  account_id   = "${local._name}-log-stream"
  display_name = "Runs the function log-stream of ${local._name}"

  depends_on = [google_project_service.this]
}

resource "google_secret_manager_secret_iam_member" "log_stream" {
  for_each = local.log_stream_secrets

  secret_id = "projects/${var.project_id}/secrets/${local._secret_ids[each.value]}"
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.log_stream.member

  depends_on = [google_project_service.this]
}

resource "google_cloudfunctions2_function" "log_stream" {
  name        = "${local._name}-log-stream"
  location    = var.region
  description = "Reports successful logins to Twilio Verify"

  build_config {
    runtime           = var.runtime
    entry_point       = "log-stream"
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
    service_account_email            = google_service_account.log_stream.email
    available_cpu                    = tostring(local._log_stream_size.cpu)
    available_memory                 = local._log_stream_size.memory
    max_instance_request_concurrency = local._log_stream_size.concurrency
    min_instance_count               = local._log_stream_size.min_instances
    max_instance_count               = local._log_stream_size.max_instances
    # The function gives up after BATCH_DEADLINE_MS.
    timeout_seconds                = 60
    ingress_settings               = "ALLOW_ALL"
    all_traffic_on_latest_revision = true

    environment_variables = merge(
      var.log_stream_settings,
      {
        GOOGLE_CLOUD_PROJECT      = var.project_id
        NODE_ENV                  = "production"
        NODE_OPTIONS              = "--max-semi-space-size=16"
        TWILIO_ACCOUNT_SID        = var.twilio.account_sid
        TWILIO_API_KEY_SID        = var.twilio.log_stream_api_key_sid
        TWILIO_VERIFY_SERVICE_SID = var.twilio.verify_service_sid
      },
      {
        for name, secret in local.log_stream_secrets :
        "${name}_FILE" => "${local._secret_path}/${secret}/value"
      },
    )

    dynamic "secret_volumes" {
      for_each = local.log_stream_secrets

      content {
        mount_path = "${local._secret_path}/${secret_volumes.value}"
        project_id = var.project_id
        secret     = local._secret_ids[secret_volumes.value]

        versions {
          path = "value"
          version = (
            secret_volumes.key == "TWILIO_API_KEY_SECRET"
            ? var.twilio.log_stream_api_key_secret_version
            : "latest"
          )
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

resource "google_cloud_run_v2_service_iam_member" "log_stream_public" {
  count = var.allow_unauthenticated ? 1 : 0

  name     = google_cloudfunctions2_function.log_stream.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"

  # As for the gateway.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.log_stream.id]
  }
}
