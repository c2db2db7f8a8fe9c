# A state of its own, because it holds secrets: the provider has no write-only
# arguments for the key of the gateway and the token of the log stream. Keep the
# bucket to the few who may read both.
terraform {
  backend "gcs" {}
}
