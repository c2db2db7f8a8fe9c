# No value of a secret in the environment, in the plan or in the state.

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

run "mounted" {
  command = plan

  assert {
    condition = alltrue([
      for name in concat(
        keys(google_cloudfunctions2_function.gateway.service_config[0].environment_variables),
        keys(google_cloudfunctions2_function.log_stream.service_config[0].environment_variables),
      ) : !can(regex("SECRET|TOKEN|_KEY", name)) || endswith(name, "_FILE") || endswith(name, "_SID")
    ])
    error_message = "A secret must reach a function as a file alone."
  }
  assert {
    condition = alltrue([
      for volume in concat(
        google_cloudfunctions2_function.gateway.service_config[0].secret_volumes,
        google_cloudfunctions2_function.log_stream.service_config[0].secret_volumes,
      ) : volume.versions[0].version == "latest" && volume.project_id == "demo-project"
    ])
    error_message = "Secrets must be mounted at latest, so that a rotation needs no deploy."
  }
  assert {
    condition = {
      for volume in google_cloudfunctions2_function.gateway.service_config[0].secret_volumes :
      volume.secret => "${volume.mount_path}/${volume.versions[0].path}"
      } == {
      verify-dev-gateway-secrets               = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["GATEWAY_SECRETS_FILE"]
      verify-dev-gateway-twilio-api-key-secret = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["TWILIO_API_KEY_SECRET_FILE"]
      verify-dev-number-hash-key               = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["NUMBER_HASH_KEY_FILE"]
    }
    error_message = "Each secret of the gateway must lie where the variable says."
  }
  assert {
    condition = {
      for volume in google_cloudfunctions2_function.log_stream.service_config[0].secret_volumes :
      volume.secret => "${volume.mount_path}/${volume.versions[0].path}"
      } == {
      verify-dev-log-stream-tokens                = google_cloudfunctions2_function.log_stream.service_config[0].environment_variables["LOG_STREAM_TOKENS_FILE"]
      verify-dev-log-stream-twilio-api-key-secret = google_cloudfunctions2_function.log_stream.service_config[0].environment_variables["TWILIO_API_KEY_SECRET_FILE"]
      verify-dev-number-hash-key                  = google_cloudfunctions2_function.log_stream.service_config[0].environment_variables["NUMBER_HASH_KEY_FILE"]
    }
    error_message = "Each secret of log-stream must lie where the variable says."
  }
  assert {
    condition = length(distinct([
      for volume in google_cloudfunctions2_function.gateway.service_config[0].secret_volumes : volume.mount_path
    ])) == 3
    error_message = "Each secret needs a directory of its own."
  }
  assert {
    condition     = length(google_secret_manager_secret_version.this) == 0
    error_message = "By default make secrets writes the values, and not Terraform."
  }
}

run "without_pseudonyms" {
  command = plan

  variables {
    pseudonyms = false
  }

  assert {
    condition     = !contains(keys(google_cloudfunctions2_function.gateway.service_config[0].environment_variables), "NUMBER_HASH_KEY_FILE") && length(google_cloudfunctions2_function.gateway.service_config[0].secret_volumes) == 2
    error_message = "Without pseudonyms the key must not be mounted."
  }
}

run "key_pinned" {
  command = plan

  variables {
    twilio = {
      account_sid                    = "AC00000000000000000000000000000000"
      verify_service_sid             = "VA00000000000000000000000000000000"
      gateway_api_key_sid            = "SK00000000000000000000000000000001"
      log_stream_api_key_sid         = "SK00000000000000000000000000000002"
      gateway_api_key_secret_version = "2"
    }
  }

  assert {
    condition = {
      for volume in google_cloudfunctions2_function.gateway.service_config[0].secret_volumes :
      volume.secret => volume.versions[0].version
      } == {
      verify-dev-gateway-secrets               = "latest"
      verify-dev-gateway-twilio-api-key-secret = "2"
      verify-dev-number-hash-key               = "latest"
    }
    error_message = "The secret of the key that is pinned, and no other, must stay at its version."
  }
  assert {
    condition = alltrue([
      for volume in google_cloudfunctions2_function.log_stream.service_config[0].secret_volumes : volume.versions[0].version == "latest"
    ])
    error_message = "The other function must not be pinned."
  }
}

run "written_by_terraform" {
  command = apply

  variables {
    secret_versions = {
      gateway-secrets               = 1
      gateway-twilio-api-key-secret = 1
    }
    secret_values = {
      gateway-twilio-api-key-secret = "00000000000000000000000000000000"
    }
  }

  assert {
    condition = alltrue([
      for version in google_secret_manager_secret_version.this :
      version.secret_data == null && version.secret_data_wo == null
    ])
    error_message = "The state must not hold the value of a secret."
  }
  assert {
    condition     = google_secret_manager_secret_version.this["gateway-secrets"].secret == "projects/demo-project/secrets/verify-dev-gateway-secrets"
    error_message = "The value must go to the secret that the function reads."
  }
}
