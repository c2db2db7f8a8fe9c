mock_provider "google" {}

variables {
  project_id  = "demo-project"
  environment = "dev"
  region      = "europe-west1"
}

run "without_ci" {
  command = plan

  assert {
    condition     = google_storage_bucket.state.name == "demo-project-verify-dev-tfstate" && google_storage_bucket.state.versioning[0].enabled && google_storage_bucket.state.public_access_prevention == "enforced"
    error_message = "The state must lie in a bucket that is versioned and never public."
  }
  assert {
    condition     = length(google_service_account.ci) + length(google_project_iam_member.ci) + length(google_iam_workload_identity_pool.ci) == 0
    error_message = "Nobody may deploy from outside unless the operator names a repository."
  }
  assert {
    condition = output.secret_ids == {
      gateway-secrets                  = "verify-dev-gateway-secrets"
      gateway-twilio-api-key-secret    = "verify-dev-gateway-twilio-api-key-secret"
      log-stream-tokens                = "verify-dev-log-stream-tokens"
      log-stream-twilio-api-key-secret = "verify-dev-log-stream-twilio-api-key-secret"
      number-hash-key                  = "verify-dev-number-hash-key"
      watch-twilio-api-key-secret      = "verify-dev-watch-twilio-api-key-secret"
    }
    error_message = "Each secret of the functions needs a container."
  }
  assert {
    condition     = alltrue([for secret in google_secret_manager_secret.this : secret.deletion_protection == false && secret.version_destroy_ttl == "604800s"])
    error_message = "The secrets of dev may be deleted, and a destroyed version comes back for a week."
  }
}

run "prod" {
  command = plan

  variables {
    environment = "prod"
  }

  assert {
    condition     = alltrue([for secret in google_secret_manager_secret.this : secret.deletion_protection])
    error_message = "The secrets of prod must not be deleted by mistake."
  }
}

run "with_ci" {
  command = apply

  variables {
    ci_repository_id = "123456789"
  }

  override_resource {
    target = google_iam_workload_identity_pool.ci
    values = { name = "projects/1/locations/global/workloadIdentityPools/verify-dev-github" }
  }

  assert {
    condition     = google_iam_workload_identity_pool_provider.ci[0].attribute_condition == "assertion.repository_id == \"123456789\" && assertion.ref == \"refs/heads/main\""
    error_message = "One branch of one repository may deploy."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.ci[0].attribute_mapping["attribute.repository_id"] == "assertion.repository_id"
    error_message = "The grant below asks for the number that the token carries."
  }
  assert {
    condition     = google_service_account_iam_member.ci[0].member == "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/verify-dev-github/attribute.repository_id/123456789"
    error_message = "The workflows of that repository alone may become the account."
  }
  assert {
    condition     = length(setintersection(keys(google_project_iam_member.ci), ["roles/owner", "roles/editor"])) == 0
    error_message = "The account must not own the project."
  }
}

run "bad_values" {
  command = plan

  variables {
    ci_ref           = "main"
    ci_repository    = "example/verify-gateway"
    ci_repository_id = "example/verify-gateway"
    environment      = "Production"
    prefix           = "a-b"
    project_id       = "My Project"
    region           = "EU"
  }

  expect_failures = [
    var.ci_ref,
    var.ci_repository,
    var.ci_repository_id,
    var.environment,
    var.prefix,
    var.project_id,
    var.region,
  ]
}
