# The bucket and the prefix come from -backend-config: one state for each
# environment, in the bucket that bootstrap/ makes.
terraform {
  backend "gcs" {}
}
