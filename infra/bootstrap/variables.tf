variable "region" {
  description = "AWS region of the stack and its state. Default: the region of the environment."
  type        = string
  default     = null
}

variable "name" {
  description = "The same as in the stack: prefix of every resource's name. If an account has several lakes, no name may begin with another one and a hyphen, because the deployer's rights depend on the prefix."
  type        = string
  default     = "playlist-lake"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,23}$", var.name))
    error_message = "name must be 2 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "bucket" {
  description = "The same as in the stack: name of the lake's bucket. Default: name, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen."
  }
}

variable "kms_key_arn" {
  description = "The same as in the stack: ARN of the KMS key for the lake's bucket and the secret. Default: AWS's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not work."
  }
}

variable "user" {
  description = "Whether to create a user that can assume the deployer role and do nothing else, for an account that has only its root user."
  type        = bool
  default     = false
}

variable "trusted_principals" {
  description = "ARNs of users and roles that may assume the deployer role, in addition to that user. With neither of them: everybody in the account who has the right to assume roles."
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
  description = "Whether assuming the deployer role requires MFA. Set it to false if you sign in through IAM Identity Center, because its sessions don't report MFA to AWS."
  type        = bool
  default     = true
}
