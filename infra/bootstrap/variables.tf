variable "region" {
  description = "AWS region of the stack and its state; unset: that of the environment."
  type        = string
  default     = null
}

variable "name" {
  description = "As in the stack: begins the name of every resource. Of two lakes in an account, neither name may be the other's with a hyphen and more, since the deployer's rights go by it."
  type        = string
  default     = "playlist-lake"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,23}$", var.name))
    error_message = "name must be 2 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "bucket" {
  description = "As in the stack: name of the lake's bucket; unset: name, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen."
  }
}

variable "kms_key_arn" {
  description = "As in the stack: key that encrypts the lake's bucket and the secret; unset: AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not do."
  }
}

variable "user" {
  description = "Whether to make a user that may become the deployer and nothing else, for an account that has none but root."
  type        = bool
  default     = false
}

variable "trusted_principals" {
  description = "ARNs of users and roles that may become the deployer, beside the user; with neither, whoever in the account has the right to assume roles."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for arn in var.trusted_principals :
      can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|user/.+|role/.+)$", arn)) && !strcontains(arn, "*")
    ])
    error_message = "trusted_principals must be ARNs such as arn:aws:iam::ACCOUNT:user/NAME or arn:aws:iam::ACCOUNT:role/NAME, without *."
  }
}

variable "mfa" {
  description = "Whether becoming the deployer takes a second factor; off for those who sign in through IAM Identity Center, whose sessions tell AWS of none."
  type        = bool
  default     = true
}
