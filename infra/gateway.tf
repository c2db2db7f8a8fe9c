# Called by Auth0 for every code.

resource "google_service_account" "gateway" {
  account_id   = "${local._name}-gateway"
  display_name = "Runs the function gateway of ${local._name}"

  depends_on = [google_project_service.this]
}

# It reads, and it reads this database alone: nothing on the way of a request
# writes.
resource "google_project_iam_member" "gateway_database" {
  project = var.project_id
  role    = "roles/datastore.viewer"
  member  = google_service_account.gateway.member

  condition {
    title      = "only ${google_firestore_database.this.name}"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.this.name}\""
  }
}

resource "google_secret_manager_secret_iam_member" "gateway" {
  for_each = local.gateway_secrets

  secret_id = "projects/${var.project_id}/secrets/${local._secret_ids[each.value]}"
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.gateway.member

  depends_on = [google_project_service.this]
}

resource "google_cloudfunctions2_function" "gateway" {
  name        = "${local._name}-gateway"
  location    = var.region
  description = "Sends Auth0's one-time codes through Twilio Verify"

  build_config {
    runtime           = var.runtime
    entry_point       = "gateway"
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
    service_account_email            = google_service_account.gateway.email
    available_cpu                    = tostring(local._gateway_size.cpu)
    available_memory                 = local._gateway_size.memory
    max_instance_request_concurrency = local._gateway_size.concurrency
    min_instance_count               = local._gateway_size.min_instances
    max_instance_count               = local._gateway_size.max_instances
    # Auth0 waits 30 s, and the function gives up after REQUEST_DEADLINE_MS.
    timeout_seconds                = 30
    ingress_settings               = "ALLOW_ALL"
    all_traffic_on_latest_revision = true

    environment_variables = merge(
      local.gateway_defaults,
      var.gateway_settings,
      {
        FIRESTORE_DATABASE        = google_firestore_database.this.name
        GOOGLE_CLOUD_PROJECT      = var.project_id
        NODE_ENV                  = "production"
        NODE_OPTIONS              = "--max-semi-space-size=16"
        TWILIO_ACCOUNT_SID        = var.twilio.account_sid
        TWILIO_API_KEY_SID        = var.twilio.gateway_api_key_sid
        TWILIO_VERIFY_SERVICE_SID = var.twilio.verify_service_sid
      },
      {
        for name, secret in local.gateway_secrets :
        "${name}_FILE" => "${local._secret_path}/${secret}/value"
      },
    )

    dynamic "secret_volumes" {
      for_each = local.gateway_secrets

      content {
        mount_path = "${local._secret_path}/${secret_volumes.value}"
        project_id = var.project_id
        secret     = local._secret_ids[secret_volumes.value]

        versions {
          path = "value"
          version = (
            secret_volumes.key == "TWILIO_API_KEY_SECRET"
            ? var.twilio.gateway_api_key_secret_version
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

resource "google_cloud_run_v2_service_iam_member" "gateway_public" {
  count = var.allow_unauthenticated ? 1 : 0

  name     = google_cloudfunctions2_function.gateway.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"

  # A function that is replaced gets a new service, without the old one's
  # grants. The id alone, because the whole function as trigger would take the
  # grant away for a moment at each redeploy.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.gateway.id]
  }
}
