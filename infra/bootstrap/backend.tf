# The state lies in the very bucket that this root keeps: make deploy creates it
# first, if it is not there, and then hands it over to Terraform.
terraform {
  backend "gcs" {}
}
