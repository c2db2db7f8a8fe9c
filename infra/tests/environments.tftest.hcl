# What differs between development and production.

mock_provider "google" {}

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

run "dev" {
  command = plan

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.this.deletion_policy == "DELETE" && google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_DISABLED"
    error_message = "The database of dev must go with a destroy and cost nothing besides."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].min_instance_count == 0 && google_cloudfunctions2_function.gateway.service_config[0].max_instance_count == 3
    error_message = "The gateway of dev must cost nothing while nobody calls it."
  }
  assert {
    condition     = output.fail_open_sends_per_hour == 60 * 60 * 3
    error_message = "The worst case must follow from the number of instances."
  }
  assert {
    condition     = google_firestore_database.this.name == "verify-dev" && google_firestore_database.this.location_id == "europe-west1" && google_cloudfunctions2_function.gateway.service_config[0].environment_variables["FIRESTORE_DATABASE"] == "verify-dev"
    error_message = "The gateway must read the database of its own environment."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.build_config[0].runtime == "nodejs24" && google_cloudfunctions2_function.log_stream.build_config[0].runtime == "nodejs24"
    error_message = "The runtime must be Node 24."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].available_cpu == "1" && google_cloudfunctions2_function.log_stream.service_config[0].max_instance_request_concurrency == 4
    error_message = "The gateway needs a whole vCPU, and log-stream few requests at once."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["LOOKUPS_PER_PREFIX_PER_MINUTE"] == "20"
    error_message = "A deployment must bound what an attack with numbers in a row costs at Lookup."
  }
  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "604800s" && length(google_firestore_backup_schedule.daily.daily_recurrence) == 1
    error_message = "The database must be backed up daily, for a week."
  }
  assert {
    condition     = google_firestore_field.expires_at.collection == "blocklist" && google_firestore_field.expires_at.field == "expiresAt" && length(google_firestore_field.expires_at.ttl_config) == 1
    error_message = "Expired rules must be deleted in the end."
  }
}

run "prod" {
  command = plan

  variables {
    environment = "prod"
    gateway_settings = {
      FAIL_OPEN_PER_MINUTE = "30"
    }
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.deletion_policy == "ABANDON" && google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The database of prod must survive a destroy and a mistake."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].min_instance_count == 1 && google_cloudfunctions2_function.gateway.service_config[0].max_instance_count == 10 && google_cloudfunctions2_function.gateway.service_config[0].max_instance_request_concurrency == 80
    error_message = "The gateway of prod must be warm, and bounded."
  }
  assert {
    condition     = output.fail_open_sends_per_hour == 30 * 60 * 10
    error_message = "The worst case must follow from the cap and the number of instances."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.name == "verify-prod-gateway" && google_storage_bucket.source.name == "demo-project-verify-prod-source"
    error_message = "The environment must be part of every name."
  }
}

run "overridden" {
  command = plan

  variables {
    protect_data      = true
    database_location = "eur3"
    gateway           = { min_instances = 2, memory = "1Gi" }
    log_stream        = { max_instances = 1 }
    gateway_settings = {
      GATEWAY_JWT_AUDIENCE          = "urn:mine"
      GATEWAY_JWT_SUBJECT           = ""
      GATEWAY_SECRET_BASE64         = "true"
      LOOKUPS_PER_PREFIX_PER_MINUTE = "0"
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["LOOKUPS_PER_PREFIX_PER_MINUTE"] == "0"
    error_message = "A default of a deployment must give way to what is set."
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.location_id == "eur3"
    error_message = "Any environment may be protected."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].min_instance_count == 2 && google_cloudfunctions2_function.gateway.service_config[0].max_instance_count == 3 && google_cloudfunctions2_function.gateway.service_config[0].available_memory == "1Gi"
    error_message = "What is given must replace the default, and what is not must keep it."
  }
  assert {
    condition     = google_cloudfunctions2_function.log_stream.service_config[0].max_instance_count == 1
    error_message = "What is given must replace the default."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["GATEWAY_JWT_AUDIENCE"] == "urn:mine" && local._jwt_subject == ""
    error_message = "A setting must reach the function."
  }
}

run "connection" {
  command = apply

  variables {
    gateway_settings = {
      GATEWAY_JWT_AUDIENCE = "urn:mine"
      GATEWAY_JWT_SUBJECT  = ""
    }
  }

  assert {
    condition     = output.auth0_connection_options.gateway_authentication == { method = "bearer", audience = "urn:mine", secret_base64_encoded = false }
    error_message = "What Auth0 signs must be what the gateway checks."
  }
  assert {
    condition     = output.auth0_connection_options.gateway_url == output.gateway_url && output.auth0_log_stream.sink.httpEndpoint == output.log_stream_url
    error_message = "Auth0 must be told where the functions are."
  }
}
