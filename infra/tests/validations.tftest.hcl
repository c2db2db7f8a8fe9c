# Each validation has a case that it refuses, and says why in a sentence.

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


run "several_at_once" {
  command = plan

  variables {
    database_location   = "Europe"
    environment         = "Production"
    grant_propagation   = "1m"
    prefix              = "a-b"
    project_id          = "My Project"
    region              = "EU"
    runtime             = "nodejs20"
    secret_versions     = { twilio = 1 }
    gateway_settings    = { BLOCK_RESPONSE = "quiet" }
    log_stream_settings = { FEEDBACK_CONCURRENCY = "many" }
  }

  expect_failures = [var.database_location, var.environment, var.grant_propagation, var.prefix, var.project_id, var.region, var.runtime, var.secret_versions, var.gateway_settings, var.log_stream_settings]
}

run "unknown_settings" {
  command = plan

  variables {
    gateway_settings    = { SUCCESS_EVENTS = "s" }
    log_stream_settings = { BLOCK_RESPONSE = "silent" }
  }

  expect_failures = [var.gateway_settings, var.log_stream_settings]
}

run "deadline_later_than_the_action_waits" {
  command = plan

  variables {
    gateway_settings = { REQUEST_DEADLINE_MS = "17000" }
  }

  expect_failures = [var.gateway_settings]
}

run "latest_deadline" {
  command = plan

  variables {
    gateway_settings = { REQUEST_DEADLINE_MS = "16000" }
  }

  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].environment_variables["REQUEST_DEADLINE_MS"] == "16000"
    error_message = "The gateway must get the deadline that was set."
  }
}

run "secrets_as_settings" {
  command = plan

  variables {
    gateway_settings    = { GATEWAY_SECRETS = "00000000000000000000000000000000" }
    log_stream_settings = { TWILIO_API_KEY_SECRET = "00000000000000000000000000000000" }
  }

  expect_failures = [var.gateway_settings, var.log_stream_settings]
}

run "less_than_one_cpu" {
  command = plan

  variables {
    gateway    = { cpu = 0.5 }
    log_stream = { cpu = 0.5 }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "odd_memory" {
  command = plan

  variables {
    gateway    = { memory = "512M" }
    log_stream = { memory = "256Mi" }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "less_memory_than_was_measured" {
  command = plan

  variables {
    gateway = { memory = "256Mi" }
  }

  expect_failures = [var.gateway]
}

run "less_memory_than_its_cpus_need" {
  command = plan

  variables {
    gateway    = { cpu = 4, memory = "1Gi" }
    log_stream = { cpu = 4, memory = "1Gi" }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "more_cpus_with_the_memory_of_the_environment" {
  command = plan

  variables {
    gateway    = { cpu = 4 }
    log_stream = { cpu = 4 }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "most_cpus_with_the_least_memory_for_them" {
  command = plan

  variables {
    gateway    = { cpu = 4, memory = "2Gi" }
    log_stream = { cpu = 4, memory = "2Gi" }
  }

  assert {
    condition     = google_cloudfunctions2_function.gateway.service_config[0].available_memory == "2Gi" && google_cloudfunctions2_function.log_stream.service_config[0].available_memory == "2Gi"
    error_message = "What Cloud Run takes must be taken."
  }
}

run "too_many_at_once" {
  command = plan

  variables {
    gateway    = { concurrency = 201 }
    log_stream = { concurrency = 17 }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "no_instances" {
  command = plan

  variables {
    gateway    = { max_instances = 0 }
    log_stream = { max_instances = 0 }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "more_warm_than_allowed" {
  command = plan

  variables {
    gateway    = { min_instances = 4 }
    log_stream = { min_instances = 3 }
  }

  expect_failures = [var.gateway, var.log_stream]
}

run "short_secret" {
  command = plan

  variables {
    secret_values = { gateway-secrets = "short" }
  }

  expect_failures = [var.secret_values]
}

run "secret_of_twilio_not_given" {
  command = plan

  variables {
    secret_versions = { log-stream-twilio-api-key-secret = 1 }
  }

  expect_failures = [var.secret_versions]
}

run "account_as_name" {
  command = plan

  variables {
    twilio = {
      account_sid            = "my-account"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
    }
  }

  expect_failures = [var.twilio]
}

run "service_of_another_kind" {
  command = plan

  variables {
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "MG00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
    }
  }

  expect_failures = [var.twilio]
}

run "key_of_another_kind" {
  command = plan

  variables {
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "AC00000000000000000000000000000000"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
    }
  }

  expect_failures = [var.twilio]
}

run "one_key_for_both" {
  command = plan

  variables {
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000001"
    }
  }

  expect_failures = [var.twilio]
}

run "version_by_name" {
  command = plan

  variables {
    twilio = {
      account_sid                    = "AC00000000000000000000000000000000"
      verify_service_sid             = "VA00000000000000000000000000000000"
      gateway_api_key_sid            = "SK00000000000000000000000000000001"
      log_stream_api_key_sid         = "SK00000000000000000000000000000002"
      gateway_api_key_secret_version = "newest"
    }
  }

  expect_failures = [var.twilio]
}
