"""The Lambda's credentials: one secret in AWS Secrets Manager, a JSON object."""

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
    """`{"client_id", "client_secret", "refresh_token", "authorized_at"}` under one name or ARN."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._place = f"the secret {name}"
        with self._explained():
            self._client: Any = boto3.client("secretsmanager")

    def load(self) -> Credentials:
        with self._explained():
            answer = self._client.get_secret_value(SecretId=self._name)
        try:
            content = json.loads(answer.get("SecretString", ""))
        except ValueError:
            raise InvalidCredentials(
                f"{self._place} is no JSON; run playlist-lake login --secret {self._name}"
            ) from None
        return read_credentials(content, self._place)

    def save(self, credentials: Credentials) -> None:
        authorized_at = credentials.authorized_at
        content = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
            "authorized_at": authorized_at.isoformat() if authorized_at else None,
        }
        with self._explained():
            self._client.put_secret_value(
                SecretId=self._name, SecretString=json.dumps(content, indent=2)
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what AWS answers into one sentence, and keep the secret out of botocore's log."""
        before = logging.root.manager.disable
        # At DEBUG, botocore logs bodies of requests and answers.
        logging.disable(max(before, logging.DEBUG))
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                raise MissingCredentials(
                    f"there is no value in {self._place}; create the secret, then run "
                    f"playlist-lake login --secret {self._name}"
                ) from error
            raise CredentialsUnavailable(
                f"{self._place} cannot be used: AWS answers {code}; give the caller "
                "secretsmanager:GetSecretValue and PutSecretValue on it"
            ) from error
        except BotoCoreError as error:
            raise CredentialsUnavailable(
                f"{self._place} cannot be used: {error}; check AWS credentials, region and network"
            ) from error
        finally:
            logging.disable(before)
