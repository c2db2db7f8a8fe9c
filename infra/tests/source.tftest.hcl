# The functions are deployed again when the archive changes, and only then.

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

run "first" {
  command = apply

  assert {
    condition     = google_storage_bucket_object.source.name == "source-${filesha256("tests/archives/one.txt")}.zip"
    error_message = "The object must be named after the hash of the archive."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.source.name && google_cloudfunctions2_function.log_stream.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.source.name
    error_message = "Both functions must be built from the archive."
  }
  assert {
    condition     = google_cloudfunctions2_function.gateway.build_config[0].entry_point == "gateway" && google_cloudfunctions2_function.log_stream.build_config[0].entry_point == "log-stream"
    error_message = "Each function must start at its own entry point."
  }
}

run "same_again" {
  command = plan

  assert {
    condition     = output.source_object == run.first.source_object
    error_message = "The same archive must change nothing."
  }
}

run "another" {
  command = plan

  variables {
    source_archive = "tests/archives/another.txt"
  }

  assert {
    condition     = output.source_object != run.first.source_object && google_cloudfunctions2_function.gateway.build_config[0].source[0].storage_source[0].object == output.source_object
    error_message = "Another archive must be deployed."
  }
}

run "none" {
  command = plan

  variables {
    source_archive = "tests/archives/none.txt"
  }

  expect_failures = [google_storage_bucket_object.source]
}
