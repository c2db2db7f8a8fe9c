terraform {
  required_version = ">= 1.11"

  required_providers {
    # 1.49 is the first version that deploys and binds an Action in one apply.
    auth0 = {
      source  = "auth0/auth0"
      version = ">= 1.49, < 2.0"
    }
  }
}
