# The function watch: off unless it is asked for, and never public.

mock_provider "google" {}

override_resource {
  target = google_service_account.watch
  values = { member = "serviceAccount:watch", email = "watch@example.com" }
}
override_resource {
  target = google_service_account.watch_caller
  values = { member = "serviceAccount:watch-caller", email = "watch-caller@example.com" }
}

variables {
  project_id        = "demo-project"
  environment       = "dev"
  region            = "europe-west1"
  source_archive    = "tests/archives/one.txt"
  grant_propagation = "0s"
  secret_values     = {}
  twilio = {
    account_sid            = "AC00000000000000000000000000000000"
    verify_service_sid     = "VA00000000000000000000000000000000"
    gateway_api_key_sid    = "SK00000000000000000000000000000001"
    log_stream_api_key_sid = "SK00000000000000000000000000000002"
    watch_api_key_sid      = "SK00000000000000000000000000000003"
  }
}

run "off" {
  command = plan

  assert {
    condition     = length(google_cloudfunctions2_function.watch) + length(google_cloud_scheduler_job.watch) + length(google_service_account.watch) + length(google_service_account.watch_caller) + length(google_project_iam_member.watch_database) + length(google_secret_manager_secret_iam_member.watch) + length(google_cloud_run_v2_service_iam_member.watch_caller) == 0
    error_message = "Nothing of watch may be made unless it is enabled."
  }
  assert {
    condition     = !contains(keys(google_project_service.this), "cloudscheduler.googleapis.com") && !contains(keys(time_sleep.grants.triggers), "watch")
    error_message = "What only watch needs must not be there without it."
  }
}

run "on" {
  command = apply

  variables {
    watch_enabled  = true
    watch_settings = { WATCH_INTERVAL_MINUTES = "10", WATCH_MIN_SENDS = "50" }
  }

  assert {
    condition     = google_project_iam_member.watch_database[0].role == "roles/datastore.user" && google_project_iam_member.watch_database[0].member == "serviceAccount:watch" && google_project_iam_member.watch_database[0].condition[0].expression == "resource.name == \"projects/demo-project/databases/verify-dev\""
    error_message = "The function watch must write to one database and no other."
  }
  assert {
    condition = {
      for name, grant in google_secret_manager_secret_iam_member.watch :
      name => "${grant.secret_id} ${grant.role} ${grant.member}"
      } == {
      TWILIO_API_KEY_SECRET = "projects/demo-project/secrets/verify-dev-watch-twilio-api-key-secret roles/secretmanager.secretAccessor serviceAccount:watch"
    }
    error_message = "The function watch must read the secret of its own Twilio key and no other."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.watch_caller[0].member == "serviceAccount:watch-caller" && google_cloud_run_v2_service_iam_member.watch_caller[0].role == "roles/run.invoker" && google_cloud_run_v2_service_iam_member.watch_caller[0].name == "verify-dev-watch"
    error_message = "The caller's identity alone may call watch."
  }
  assert {
    condition     = google_cloud_scheduler_job.watch[0].schedule == "*/10 * * * *" && google_cloud_scheduler_job.watch[0].http_target[0].http_method == "POST" && google_cloud_scheduler_job.watch[0].http_target[0].oidc_token[0].service_account_email == "watch-caller@example.com"
    error_message = "The scheduler must call as the caller, as often as is set."
  }
  assert {
    condition     = google_cloud_scheduler_job.watch[0].http_target[0].uri == "${google_cloud_scheduler_job.watch[0].http_target[0].oidc_token[0].audience}/"
    error_message = "The scheduler must call the root of the function, with a token for it."
  }
  assert {
    condition     = google_cloudfunctions2_function.watch[0].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY" && google_cloudfunctions2_function.watch[0].service_config[0].max_instance_count == 1 && google_cloudfunctions2_function.watch[0].build_config[0].entry_point == "watch"
    error_message = "The function watch must be private, and run once at a time."
  }
  assert {
    condition     = google_cloudfunctions2_function.watch[0].service_config[0].environment_variables["TWILIO_API_KEY_SID"] == "SK00000000000000000000000000000003" && google_cloudfunctions2_function.watch[0].service_config[0].environment_variables["FIRESTORE_DATABASE"] == "verify-dev" && google_cloudfunctions2_function.watch[0].service_config[0].environment_variables["WATCH_MIN_SENDS"] == "50"
    error_message = "The function watch must get its own key, its database and its settings."
  }
  assert {
    condition     = [for volume in google_cloudfunctions2_function.watch[0].service_config[0].secret_volumes : "${volume.mount_path}/${volume.versions[0].path}"] == [google_cloudfunctions2_function.watch[0].service_config[0].environment_variables["TWILIO_API_KEY_SECRET_FILE"]]
    error_message = "The one secret of watch must lie where the variable says."
  }
  assert {
    condition     = contains(keys(google_project_service.this), "cloudscheduler.googleapis.com") && contains(keys(time_sleep.grants.triggers), "watch")
    error_message = "The scheduler's API must be enabled, and the grants be waited for."
  }
}

run "every_five_minutes" {
  command = plan

  variables {
    watch_enabled = true
  }

  assert {
    condition     = google_cloud_scheduler_job.watch[0].schedule == "*/5 * * * *"
    error_message = "The function watch must run every five minutes unless told otherwise."
  }
}

run "no_key" {
  command = plan

  variables {
    watch_enabled = true
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
    }
  }

  expect_failures = [var.twilio]
}

run "key_of_another" {
  command = plan

  variables {
    watch_enabled = true
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
      watch_api_key_sid      = "SK00000000000000000000000000000001"
    }
  }

  expect_failures = [var.twilio]
}

run "unknown_setting" {
  command = plan

  variables {
    watch_settings = { BLOCK_RESPONSE = "silent" }
  }

  expect_failures = [var.watch_settings]
}

run "bad_setting" {
  command = plan

  variables {
    watch_settings = { WATCH_INTERVAL_MINUTES = "45" }
  }

  expect_failures = [var.watch_settings]
}
