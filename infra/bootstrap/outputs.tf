output "ci_provider" {
  description = "For google-github-actions/auth: workload_identity_provider. Null where no repository may deploy."
  value       = one(google_iam_workload_identity_pool_provider.ci[*].name)
}

output "ci_service_account" {
  description = "For google-github-actions/auth: service_account. Null where no repository may deploy."
  value       = one(google_service_account.ci[*].email)
}

output "secret_ids" {
  description = "The secrets that make secrets fills, by their short names."
  value       = { for name, secret in google_secret_manager_secret.this : name => secret.secret_id }
}

output "state_bucket" {
  description = "The bucket that holds the state of both roots."
  value       = google_storage_bucket.state.name
}
