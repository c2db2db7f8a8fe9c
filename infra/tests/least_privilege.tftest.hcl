# Who may do what. The identities get names, so that a grant shows whose it is.

mock_provider "google" {}

override_resource {
  target = google_service_account.build
  values = { member = "serviceAccount:build" }
}
override_resource {
  target = google_service_account.gateway
  values = { member = "serviceAccount:gateway" }
}
override_resource {
  target = google_service_account.log_stream
  values = { member = "serviceAccount:log-stream" }
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
  }
}

run "grants" {
  command = apply

  assert {
    condition     = google_project_iam_member.gateway_database.role == "roles/datastore.viewer" && google_project_iam_member.gateway_database.member == "serviceAccount:gateway"
    error_message = "The gateway must view the database and no more."
  }
  assert {
    condition     = google_project_iam_member.gateway_database.condition[0].expression == "resource.name == \"projects/demo-project/databases/verify-dev\""
    error_message = "The gateway must view one database, not all of the project's."
  }
  assert {
    condition = {
      for name, grant in google_secret_manager_secret_iam_member.gateway :
      name => "${grant.secret_id} ${grant.role} ${grant.member}"
      } == {
      GATEWAY_SECRETS       = "projects/demo-project/secrets/verify-dev-gateway-secrets roles/secretmanager.secretAccessor serviceAccount:gateway"
      NUMBER_HASH_KEY       = "projects/demo-project/secrets/verify-dev-number-hash-key roles/secretmanager.secretAccessor serviceAccount:gateway"
      TWILIO_API_KEY_SECRET = "projects/demo-project/secrets/verify-dev-gateway-twilio-api-key-secret roles/secretmanager.secretAccessor serviceAccount:gateway"
    }
    error_message = "The gateway must read its own secrets and no others."
  }
  assert {
    condition = {
      for name, grant in google_secret_manager_secret_iam_member.log_stream :
      name => "${grant.secret_id} ${grant.role} ${grant.member}"
      } == {
      LOG_STREAM_TOKENS     = "projects/demo-project/secrets/verify-dev-log-stream-tokens roles/secretmanager.secretAccessor serviceAccount:log-stream"
      NUMBER_HASH_KEY       = "projects/demo-project/secrets/verify-dev-number-hash-key roles/secretmanager.secretAccessor serviceAccount:log-stream"
      TWILIO_API_KEY_SECRET = "projects/demo-project/secrets/verify-dev-log-stream-twilio-api-key-secret roles/secretmanager.secretAccessor serviceAccount:log-stream"
    }
    error_message = "The function log-stream must read its own secrets and no others."
  }
  assert {
    condition     = alltrue([for grant in google_project_iam_member.build : grant.member == "serviceAccount:build"]) && google_artifact_registry_repository_iam_member.build.member == "serviceAccount:build"
    error_message = "The roles of the build must belong to the build's own identity."
  }
  assert {
    condition     = google_project_iam_member.build["source"].condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\") || resource.name.startsWith(\"projects/_/buckets/demo-project-verify-dev-source\")"
    error_message = "The build must read the archives of functions and nothing else."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.gateway_public[0].member == "allUsers" && google_cloud_run_v2_service_iam_member.gateway_public[0].role == "roles/run.invoker" && google_cloud_run_v2_service_iam_member.gateway_public[0].name == "verify-dev-gateway"
    error_message = "Auth0 must be able to call the gateway."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.log_stream_public[0].member == "allUsers" && google_cloud_run_v2_service_iam_member.log_stream_public[0].role == "roles/run.invoker" && google_cloud_run_v2_service_iam_member.log_stream_public[0].name == "verify-dev-log-stream"
    error_message = "Auth0 must be able to call log-stream."
  }
  assert {
    condition     = google_storage_bucket.source.public_access_prevention == "enforced" && google_storage_bucket.source.uniform_bucket_level_access
    error_message = "The bucket with the archives must not be public."
  }
}

run "nobody_from_outside" {
  command = plan

  variables {
    allow_unauthenticated = false
  }

  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.gateway_public) + length(google_cloud_run_v2_service_iam_member.log_stream_public) == 0
    error_message = "Without allow_unauthenticated nobody may be granted the call."
  }
}

run "no_pseudonyms" {
  command = plan

  variables {
    pseudonyms = false
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret_iam_member.gateway), "NUMBER_HASH_KEY") && !contains(keys(google_secret_manager_secret_iam_member.log_stream), "NUMBER_HASH_KEY")
    error_message = "Who needs no key for pseudonyms must not be able to read it."
  }
}
