"""The Lambda's credential store: one secret in AWS Secrets Manager, a JSON object."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from extract_lambda.credentials import (
    Credentials,
    CredentialStore,
    CredentialsUnavailable,
    InvalidCredentials,
    MissingCredentials,
    read_credentials,
)


class SecretStore(CredentialStore):
    """A secret with `client_id`, `client_secret`, `refresh_token` and `authorized_at`.

    `name` is its name or ARN.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._location = f"the secret {name}"
        with self._aws_errors():
            self._client: Any = boto3.client("secretsmanager")

    def load(self) -> Credentials:
        with self._aws_errors():
            answer = self._client.get_secret_value(SecretId=self._name)
        try:
            content = json.loads(answer.get("SecretString", ""))
        except (ValueError, RecursionError):
            raise InvalidCredentials(
                f"{self._location} is not JSON; run playlist-lake login --secret {self._name}"
            ) from None
        return read_credentials(content, self._location)

    def save(self, credentials: Credentials) -> None:
        authorized_at = credentials.authorized_at
        content = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
            "authorized_at": authorized_at.isoformat() if authorized_at else None,
        }
        with self._aws_errors():
            self._client.put_secret_value(
                SecretId=self._name, SecretString=json.dumps(content, indent=2)
            )

    @contextmanager
    def _aws_errors(self) -> Iterator[None]:
        """Turn AWS errors into CredentialsUnavailable; keep the secret out of botocore's log."""
        before = logging.root.manager.disable
        # At DEBUG, botocore logs the bodies of requests and responses
        logging.disable(max(before, logging.DEBUG))
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                raise MissingCredentials(
                    f"{self._location} does not exist or has no value; create it, then run "
                    f"playlist-lake login --secret {self._name}"
                ) from error
            raise CredentialsUnavailable(
                f"{self._location} cannot be used: AWS answers {code}; give the caller "
                "secretsmanager:GetSecretValue and PutSecretValue on it"
            ) from error
        except BotoCoreError as error:
            raise CredentialsUnavailable(
                f"{self._location} cannot be used: {error}; check AWS credentials, region and "
                "network"
            ) from error
        finally:
            logging.disable(before)
