# SPDX-License-Identifier: Apache-2.0
"""Makes the Parquet files of the labelled set: schemas without a row. `python bench/inventory_set/make_parquet.py`."""

from __future__ import annotations

from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet

TEXT, WHOLE, REAL, WHEN = arrow.string(), arrow.int64(), arrow.float64(), arrow.timestamp("us")
TELEMETRY = arrow.schema(
    [
        ("event_name", TEXT),
        ("event_ts", WHEN),
        ("install_uuid", TEXT),
        ("ad_tracking_id", TEXT),
        ("geo", arrow.struct([("country", TEXT), ("lat_deg", REAL), ("lon_deg", REAL), ("isp", TEXT)])),
        ("hardware", arrow.struct([("model_name", TEXT), ("ram_mb", WHOLE), ("gpu", TEXT), ("screen_width", WHOLE)])),
        (
            "player_profile",
            arrow.struct([("nick", TEXT), ("age", WHOLE), ("level", WHOLE), ("friends", arrow.list_(TEXT))]),
        ),
        ("shader_name", TEXT),
        ("frame_time_ms", REAL),
        ("map_name", TEXT),
        ("weapon_name", TEXT),
        ("crash_message", TEXT),
        ("chat_line", TEXT),
        ("build_address", TEXT),
        ("session_length_s", REAL),
    ]
)
CALLS = arrow.schema(
    [
        ("a_party_msisdn", TEXT),
        ("b_party_msisdn", TEXT),
        ("imei_tac", TEXT),
        ("imsi", TEXT),
        ("serving_cell_id", WHOLE),
        ("cell_azimuth", WHOLE),
        ("call_start_ts", WHEN),
        ("call_duration", WHOLE),
        ("charge_khr", REAL),
        ("rat_type", TEXT),
        ("trunk_name", TEXT),
        ("switch_address", TEXT),
        ("tariff_code", TEXT),
        ("sms_text", TEXT),
        ("roaming_partner", TEXT),
        ("subscriber_age_band", TEXT),
        ("url_host", TEXT),
        ("billing_cycle", TEXT),
        ("file_seq_no", WHOLE),
        ("record_type", TEXT),
    ]
)

STREAMING = arrow.schema(
    [
        ("account_key", TEXT),
        ("profile_type", TEXT),
        ("kid_profile_nm", TEXT),
        ("household_zip", TEXT),
        ("stb_mac_addr", TEXT),
        ("title_watched", TEXT),
        ("asset_name", TEXT),
        ("genre", TEXT),
        ("maturity_rating", TEXT),
        ("watch_dt", WHEN),
        ("pos", arrow.struct([("latitude", REAL), ("longitude", REAL), ("accuracy", REAL)])),
        ("search_kw", TEXT),
        ("voice_cmd_audio", arrow.binary()),
        ("bitrate_kbps", WHOLE),
        ("cdn_node_address", TEXT),
        ("player_name", TEXT),
        ("player_version", TEXT),
        ("subtitle_language", TEXT),
        ("error_text", TEXT),
        ("ad_break_count", WHOLE),
    ]
)
FILES = {"tuned/game_telemetry": TELEMETRY, "tuned/call_records": CALLS, "held_out/streaming_views": STREAMING}

if __name__ == "__main__":
    for name, schema in FILES.items():
        parquet.write_table(schema.empty_table(), Path(__file__).parent / f"{name}.parquet", compression="none")
