"""Configs are created, updated and deleted: what each of these makes of them, and whether it tests them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .organisation import Organisation
from .refusal import Refused, refuse_parameter
from .resources import Config
from .trials import Trials


class Keeping:
    """The configs of one organisation. Whoever uses it holds the lock; bodies have been looked at."""

    def __init__(self, organisation: Organisation, trials: Trials) -> None:
        self._organisation = organisation
        self._tastes = organisation.manners.configs
        self._trials = trials

    def create(self, body: Mapping[str, Any]) -> Config:
        """A new config, whose test has begun."""
        organisation, secret = self._organisation, self._tastes.new_secret()
        if self._tastes.unknown_properties == "taken":
            secret = body.get("secret", secret)
        config = Config(
            organisation.manners.shapes.config_id(), organisation.id, body["url"], secret, organisation.now_ms()
        )
        organisation.keep(config)
        self._trials.begin(config)
        return config

    def update(self, config: Config, body: Mapping[str, Any]) -> Config:
        """The config after an update; `Refused` where that changes nothing."""
        if body.get("state") == "deactivated":
            return self._deactivate(config, body.get("url", config.url))
        if config.is_deactivated:
            return self._update_deactivated(config, body)
        if body.get("url", config.url) == config.url:
            return self._update_idly(config, body)
        return self._renew(replace(config, url=body["url"], era=config.era + 1))

    def delete(self, config: Config) -> Config:
        """The config as it was left."""
        if self._tastes.deletion == "removes":
            del self._organisation.configs[str(config.id)]
            self._organisation.let_go(config)
            self._organisation.changed()
            return replace(config, state="deactivated")
        if config.is_deactivated and not self._tastes.deletes_again:
            raise Refused(400, "The config is deactivated.", code="config-deactivated")
        return self._retire(config)

    def _deactivate(self, config: Config, url: str) -> Config:
        retired = self._retire(replace(config, url=url))
        if self._tastes.deactivating == "tested":
            self._trials.begin(retired, type_=self._tastes.update_type, decides=False)
        return retired

    def _retire(self, config: Config) -> Config:
        choices = self._organisation.manners.choices
        if choices.when_deactivated == "refused" and self._organisation.names(config):
            raise Refused(400, "The config is in use.", code="config-in-use")
        if choices.when_deactivated == "null":
            self._organisation.let_go(config)
        return self._organisation.keep(replace(config, state="deactivated", era=config.era + 1))

    def _update_deactivated(self, config: Config, body: Mapping[str, Any]) -> Config:
        changed = replace(config, url=body.get("url", config.url), era=config.era + 1)
        if "state" in body:
            if not self._tastes.revives:
                refuse_parameter("state", "a config that is deactivated stays so")
            return self._renew(replace(changed, state="new"))
        if "url" not in body:
            return config
        if self._tastes.url_of_deactivated == "refused":
            refuse_parameter("url", "the config is deactivated")
        self._organisation.keep(changed)
        if self._tastes.url_of_deactivated != "stored":
            decides = self._tastes.url_of_deactivated == "decides"
            self._trials.begin(changed, type_=self._tastes.update_type, decides=decides)
        return changed

    def _update_idly(self, config: Config, body: Mapping[str, Any]) -> Config:
        way = self._tastes.idle_updates
        if way == "differ":
            way = "tested" if "url" in body else "untested" if body else "refused"
        match way:
            case "refused":
                raise Refused(
                    400, "There is nothing to change.", code="invalid-parameter", params={"url": "is the same"}
                )
            case "untested":
                return config
            case _:
                return self._renew(config)

    def _renew(self, config: Config) -> Config:
        if self._tastes.state_while_updated == "new":
            config = replace(config, state="new")
        self._organisation.keep(config)
        self._trials.begin(config, type_=self._tastes.update_type)
        return config
